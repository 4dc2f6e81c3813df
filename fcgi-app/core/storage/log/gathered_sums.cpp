#include "core/storage/log/gathered_sums.hpp"

namespace dreamina {
namespace {

Time hour_of(Time time) { return std::chrono::floor<std::chrono::hours>(time); }

}  // namespace

RequestSum& RequestSum::operator+=(const RequestSum& other)
{
    requests += other.requests;
    attempts += other.attempts;
    bytes_in += other.bytes_in;
    bytes_out += other.bytes_out;
    duration_ms += other.duration_ms;
    upstream_ms += other.upstream_ms;
    return *this;
}

AttemptSum& AttemptSum::operator+=(const AttemptSum& other)
{
    attempts += other.attempts;
    upstream_ms += other.upstream_ms;
    return *this;
}

void GatheredSums::add(const RequestRecord& record)
{
    const RequestEnd& end = record.end;
    const auto& last = record.last_attempt;
    const std::string_view region = last && last->region ? to_string(*last->region) : "";
    requests_[{hour_of(record.facts.began_at), record.model, end.outcome, record.facts.api_key.value_or(0), region}] +=
        {.requests = 1,
         .attempts = end.attempts,
         .bytes_in = record.facts.bytes_in,
         .bytes_out = end.bytes_out,
         .duration_ms = end.took.count(),
         .upstream_ms = end.upstream_took.count()};
    const auto count = [&](LatencyPart part, milliseconds took) {
        LatencySum& bucket = latencies_[{part, bucket_of(part, took)}];
        ++bucket.requests;
        bucket.sum_ms += took.count();
    };
    count(LatencyPart::whole, end.took);
    count(LatencyPart::own, std::max(end.took - end.upstream_took, milliseconds{0}));
}

void GatheredSums::add(const AttemptRecord& attempt)
{
    attempts_[{hour_of(attempt.began_at), attempt.account, attempt.verdict}] +=
        {.attempts = 1, .upstream_ms = attempt.took.count()};
}

void GatheredSums::clear()
{
    requests_.clear();
    attempts_.clear();
    latencies_.clear();
}

}  // namespace dreamina
