#pragma once

#include "recorder.hpp"
#include "script.hpp"

struct event_base;
struct evhttp_request;

namespace dreamina::stand_in {

/// Sends `reply` in `shape` as the answer to `raw`, now or later, and tells the recorder how it
/// ended. `base` and `recorder` must outlive every request.
void deliver(event_base* base, Recorder& recorder, evhttp_request* raw, Reply reply, Shape shape, Ticket ticket);

/// Ends the delay, or the present gap, of every answer that waits for it to be over.
void release_paused();

/// Ends a connection with a TCP reset; the socket stays the caller's to close.
void reset_connection(int socket);

}  // namespace dreamina::stand_in
