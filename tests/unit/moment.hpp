#pragma once
/// Moments as tests write them.

#include "core/base/clock.hpp"

/// Of RFC 3339, such as "2026-11-22T10:00:00Z".
inline dreamina::Time at(const char* moment) { return dreamina::parse_rfc3339(moment).value(); }
