#pragma once
/// Names of threads, as `top -H` and /proc/PID/task/*/comm show them.

#include <pthread.h>

namespace dreamina {

/// Names the calling thread. At most 15 bytes; a longer name is not taken. The first thread keeps the program's name.
inline void name_this_thread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace dreamina
