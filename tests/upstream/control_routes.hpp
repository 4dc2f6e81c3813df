#pragma once

#include "service.hpp"

namespace dreamina::stand_in {

/// The routes by which a test scripts the stand-in and asks what it saw: all that begins with "/_".
Reply control_reply(Service& service, const Request& request);

}  // namespace dreamina::stand_in
