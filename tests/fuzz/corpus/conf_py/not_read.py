import os
X = os.getenv('X')
def f():
    Y = 1
Z = '''a
b'''
S = 'open
L = [1, 2]
F = 1.5
