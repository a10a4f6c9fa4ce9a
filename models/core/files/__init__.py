"""Files that people send and the house keeps: attachments, photos, their content, room on the disk."""
