from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Tasks(AppConfig):
    name = "maillage.kernel.tasks"

    def ready(self) -> None:
        """Find every module's `tasks.py`, so that periodic work is known; give failed tasks another try."""
        from django_tasks.signals import task_finished

        from maillage.kernel.tasks import actions

        task_finished.connect(actions.try_again, dispatch_uid="maillage.try_again")
        autodiscover_modules("tasks")
