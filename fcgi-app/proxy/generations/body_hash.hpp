#pragma once
/// Whether two requests ask for the same, by their bodies: byte for byte, but for a form's boundary, which clients draw
/// anew for each request. Blocks on the disk for a spooled body.

#include <string>
#include <string_view>

#include "net/body.hpp"

namespace dreamina {

/// 64 hex digits, BLAKE2b-256. Throws std::system_error.
std::string body_hash(const Body& body, std::string_view content_type);

}  // namespace dreamina
