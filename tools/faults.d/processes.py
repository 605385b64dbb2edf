ROWS = []
def jobs(campaign):
    return []
