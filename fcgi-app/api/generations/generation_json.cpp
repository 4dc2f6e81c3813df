#include "api/generations/generation_json.hpp"

#include "api/generations/generation_answer.hpp"
#include "api/http/json_values.hpp"
#include "api/requests/request_json.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "core/storage/log/request_store.hpp"
#include "net/header_list.hpp"

namespace dreamina {
namespace {

Json word_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

bool is_on_disk(const std::filesystem::path& folder, const std::optional<std::string>& file)
{
    std::error_code error;
    return file && std::filesystem::is_regular_file(generation_file(folder, *file), error);
}

Json answer_json(const std::filesystem::path& folder, const Generation& generation)
{
    if (!generation.status) return nullptr;
    Json headers = Json::array();
    for (const auto& [name, value] : parse_header_list(generation.answer_headers))
        headers.push_back({{"name", name}, {"value", value}});
    return {{"status", *generation.status},
            {"headers", std::move(headers)},
            {"bytes", generation.answer_bytes},
            {"is_kept", generation.answer_bytes == 0 || is_on_disk(folder, generation.answer_file)}};
}

}  // namespace

Json generation_json(const Generation& generation, const Outlook& outlook)
{
    const bool is_detached = generation.cancel_at && generation.state != GenerationState::cancelled;
    return {{"id", public_generation_id(generation.id)},
            {"request_id", generation.id},
            {"state", to_string(generation.state)},
            {"version", generation.version},
            {"method", generation.method},
            {"path", generation.target.substr(0, generation.target.find('?'))},
            {"model", generation.model},
            {"api_key_id", generation.api_key == 0 ? Json(nullptr) : Json(generation.api_key)},
            {"created_at", to_rfc3339(generation.created_at)},
            {"start_by", value_or_null(generation.start_by)},
            {"sent_at", value_or_null(generation.sent_at)},
            {"detached_at", is_detached ? value_or_null(generation.cancel_at) : Json(nullptr)},
            {"ended_at", value_or_null(generation.ended_at)},
            {"expires_at", to_rfc3339(generation.expires_at)},
            {"attempt_count", generation.attempts},
            {"queue_position", value_or_null(outlook.position)},
            {"progress", outlook.progress},
            {"eta_seconds", value_or_null(outlook.eta_seconds)},
            {"eta_sample", outlook.sample_size},
            {"status", value_or_null(generation.status)},
            {"outcome", word_or_null(generation.outcome)},
            {"error_code", word_or_null(generation.error_code)},
            {"may_have_been_paid", may_have_been_paid(generation)},
            {"bytes_in", generation.body_bytes},
            {"bytes_out", generation.answer_bytes},
            {"retry_of", generation.retry_of ? Json(public_generation_id(*generation.retry_of)) : Json(nullptr)}};
}

Json generation_details_json(Database& database, const std::filesystem::path& folder, const Generation& generation,
                             const Outlook& outlook)
{
    const bool has_failed = has_ended(generation.state) && generation.state != GenerationState::completed;
    RequestStore log{database};
    const auto logged = log.find(generation.id);
    Json json = generation_json(generation, outlook);
    json["can_retry"] = has_failed && is_on_disk(folder, generation.body_file);
    json["answer"] = answer_json(folder, generation);
    json["request"] = logged ? request_details_json(log, *logged) : Json(nullptr);
    return json;
}

}  // namespace dreamina
