"""What people type, checked: on public pages (`public`) and on the desk (`desk`)."""
