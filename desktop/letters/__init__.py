"""Papers as PDF and print, the QR code that holds a signed letter, and the letter in few words for the telephone."""
