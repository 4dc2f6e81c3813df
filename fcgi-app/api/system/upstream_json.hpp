#pragma once
/// The upstream's state as /healthz and the API tell it.

#include "core/base/json_reader.hpp"
#include "core/domain/breaker_state.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {

/// {"state", "since", "next_probe_at", "failed_probes"}; the last three are null while it is closed.
Json upstream_json(const BreakerState& state, Time now);

/// What is known of the program itself: {"kind", "version", "finding", "message", "instead", "asked_at"}; null where it
/// is not known.
Json upstream_program_json(const KnownUpstream& known);

}  // namespace dreamina
