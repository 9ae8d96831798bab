"""What a migration does to rows and to those who reach them, proved on a second database while it is rehearsed."""
