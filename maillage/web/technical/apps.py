from django.contrib.admin.apps import AdminConfig


class Technical(AdminConfig):
    """Django's admin, with our own site."""

    default_site = "maillage.web.technical.site.TechnicalSite"
