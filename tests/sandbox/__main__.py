raise SystemExit(open("/tmp/dev/RESERVED").read())
