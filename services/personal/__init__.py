"""What every service does alike with personal data: it finds what it holds of a person, gives it out, erases it, and
keeps nothing for longer than the coalition's rules say. What a service holds, it says itself; this package knows none.
"""
