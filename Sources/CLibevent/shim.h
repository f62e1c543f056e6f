#pragma once
// First, always: libevent's event-config.h defines _GNU_SOURCE, and Swift's Glibc module was built
// without it. Whoever includes a libc header first decides; this makes it us.
#include <features.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <event2/thread.h>
#include <event2/util.h>
