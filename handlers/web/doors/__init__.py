"""What both JSON doors answer alike, thing by thing; each door adds its way of finding out who asks."""
