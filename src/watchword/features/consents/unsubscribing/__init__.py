"""How somebody unsubscribes who reads a mail: by one click, without saying who they are."""
