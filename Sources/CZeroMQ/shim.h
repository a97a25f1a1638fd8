#pragma once
#include <errno.h>
// For malloc_trim, which Swift's module of the C library leaves out.
#include <malloc.h>
#include <zmq.h>
