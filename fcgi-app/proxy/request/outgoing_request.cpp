#include "proxy/request/outgoing_request.hpp"

#include <algorithm>
#include <utility>

#include "core/base/text.hpp"
#include "proxy/answer/headers.hpp"
#include "proxy/api_key_errors.hpp"
#include "proxy/body/form_fields.hpp"
#include "proxy/request/heartbeat.hpp"

namespace dreamina {
namespace {

constexpr std::string_view too_many_fields = "it has more fields than any request needs";

/// Whether the client wants events rather than one answer.
bool takes_events(const Request& request)
{
    return to_lower(joined_header(request.headers, "Accept")).find("text/event-stream") != std::string::npos;
}

/// Unless it is certain that none is asked for, in whichever way an upstream reads the body.
bool may_ask_for_stream(const Body& body, std::string_view content_type)
{
    const FormFields fields{body, content_type};
    const auto is_on = [](const FormField& field) {
        return equals_ignoring_case(field.name, "stream") && !field.is_off;
    };
    return fields.all().empty() || std::any_of(fields.all().begin(), fields.all().end(), is_on);
}

}  // namespace

OutgoingRequest::OutgoingRequest(Request request, std::shared_ptr<const ApiKey> key,
                                 std::shared_ptr<const ResolvedSettings> settings)
    : request_(std::move(request)),
      key_(std::move(key)),
      settings_(std::move(settings)),
      body_(std::make_shared<Body>(std::move(request_.body))),
      heartbeat_(read_heartbeat(request_).value_or(std::nullopt))
{
}

void OutgoingRequest::read_model() { reading_ = dreamina::read_model(*body_, request_.content_type); }

std::optional<Reply> OutgoingRequest::choose_model(const ModelCatalog& catalog, UpstreamKind upstream)
{
    const Settings& settings = settings_->settings;
    const DefaultModels defaults = default_models(*settings_, upstream);
    const AskedModel asked = asked_model(reading_, request_, defaults);
    rule_ = catalog.resolve(asked.name, settings);
    if (!key_) return std::nullopt;
    return refusal_by_model(*key_, reading_, asked, request_, catalog, settings, defaults, rule_);
}

bool OutgoingRequest::plan_translation(UpstreamKind upstream)
{
    const bool is_plain = reading_.doubt.empty() && reading_.state != ModelReading::State::unreadable;
    const bool is_named = reading_.state == ModelReading::State::named;
    translation_.emplace(request_, upstream, settings_->settings, is_named ? rule_.send_as : "");
    translates_body_ = is_plain && translation_->reads_body();
    may_stream_ = allowed_blanks().count() > 0 && generation_of(request_.path) == GenerationKind::chat;
    is_stream_ = may_stream_ && !is_plain;
    return translates_body_ || may_stream_;
}

void OutgoingRequest::translate()
{
    is_stream_ = is_stream_ || (may_stream_ && may_ask_for_stream(*body_, request_.content_type));
    if (translates_body_) translated_body_ = translation_->body(body_, request_.content_type);
}

std::optional<Reply> OutgoingRequest::apply_translation()
{
    if (key_ && !key_->models.empty() && translation_->lacks_model()) return doubtful_model_reply(too_many_fields);
    if (changes_route()) asked_target_ = std::exchange(request_.target, translation_->target());
    if (translated_body_) asked_body_ = std::exchange(body_, std::move(translated_body_));
    // What is to be read on its way, or to go on behind a blank, has to come as it is.
    if (blanks().count() > 0 || pictures() || stores() != StoreMode::off) refuse_codings(request_);
    return std::nullopt;
}

Request OutgoingRequest::asked_request() const
{
    Request asked;
    asked.method = request_.method;
    asked.target = asked_target_.empty() ? request_.target : asked_target_;
    asked.path = request_.path;
    asked.query = request_.query;
    asked.content_type = request_.content_type;
    asked.headers = request_.headers;
    return asked;
}

StoreMode OutgoingRequest::stores() const
{
    const auto of_key = key_ ? key_->store_results : std::nullopt;
    const StoreMode mode =
        of_key ? *of_key : parse_store_mode(settings_->settings.store_results).value_or(StoreMode::off);
    if (mode == StoreMode::off || request_.method != "POST") return StoreMode::off;
    return generation_of(request_.path) == GenerationKind::none ? StoreMode::off : mode;
}

std::chrono::seconds OutgoingRequest::blanks() const
{
    const bool is_waited_for = !is_stream_ && generation_of(request_.path) != GenerationKind::none;
    return is_waited_for ? allowed_blanks() : std::chrono::seconds{0};
}

std::chrono::seconds OutgoingRequest::allowed_blanks() const
{
    const auto of_key = key_ ? key_->keep_alive_blanks : std::nullopt;
    const bool is_json = request_.method == "POST" && !takes_events(request_);
    if (is_json && heartbeat_) return *heartbeat_;
    return std::chrono::seconds{is_json ? of_key.value_or(settings_->settings.keep_alive_blanks) : 0};
}

}  // namespace dreamina
