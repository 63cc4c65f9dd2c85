# -*- coding: utf-8 -*-
PROTOCOL = 'TCPIP'
IP = "192.168.1.10"
PORT = 5555  # the KKT's
LOG = u'журнал'
PATH = r'C:\log'
VENDOR = 0x2912
DEBUG = True
TIMEOUT = -1
NOTHING = None
