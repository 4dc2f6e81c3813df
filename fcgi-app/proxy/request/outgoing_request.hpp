#pragma once
/// What the upstream is to get for a client's request: which model it counts under, its route, its body. On the loop's
/// thread, but for the functions that read the body, which may lie in a file.

#include <chrono>
#include <memory>
#include <optional>

#include "core/domain/api_key.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/domain/results/store_mode.hpp"
#include "core/domain/settings.hpp"
#include "core/domain/upstream_kind.hpp"
#include "net/request.hpp"
#include "proxy/body/asked_model.hpp"
#include "proxy/body/model_reading.hpp"
#include "proxy/request_translation.hpp"

namespace dreamina {

class OutgoingRequest {
public:
    /// `key`: null for the administrator.
    OutgoingRequest(Request request, std::shared_ptr<const ApiKey> key,
                    std::shared_ptr<const ResolvedSettings> settings);

    /// Reads the body.
    void read_model();
    /// Resolves the model in the catalogue. The answer if the key may not use it.
    std::optional<Reply> choose_model(const ModelCatalog& catalog, UpstreamKind upstream);

    /// Sets up the translation for this upstream. Whether translate() has to read the body for it.
    bool plan_translation(UpstreamKind upstream);
    /// Reads the body.
    void translate();
    /// Makes of the request what was planned. The answer if the key may not have the result.
    std::optional<Reply> apply_translation();

    const Request& request() const { return request_; }
    /// The same as it came, without its body.
    Request asked_request() const;
    const std::shared_ptr<const Body>& asked_body() const { return asked_body_ ? asked_body_ : body_; }
    const std::shared_ptr<const Body>& body() const { return body_; }
    const ModelReading& reading() const { return reading_; }
    ModelRule& rule() { return rule_; }
    const ModelRule& rule() const { return rule_; }

    /// What is to be stored of its answer.
    StoreMode stores() const;
    /// Blanks that keep the client's connection alive; zero: none are sent.
    std::chrono::seconds blanks() const;
    /// The answer is to hold no more.
    std::optional<std::int64_t> pictures() const { return translation_->pictures(); }
    bool changes_route() const { return translation_->changes_route(); }

private:
    std::chrono::seconds allowed_blanks() const;

    Request request_;
    std::shared_ptr<const ApiKey> key_;
    std::shared_ptr<const ResolvedSettings> settings_;
    std::shared_ptr<const Body> body_;
    std::string asked_target_;                // where another one has taken its place
    std::shared_ptr<const Body> asked_body_;  // likewise
    ModelReading reading_{.state = ModelReading::State::unreadable, .name = {}};  // until the body has been read
    ModelRule rule_;
    std::optional<RequestTranslation> translation_;
    std::shared_ptr<const Body> translated_body_;  // until it takes the body's place
    bool translates_body_ = false;
    bool may_stream_ = false;
    std::optional<std::chrono::seconds> heartbeat_;  // that the client asks for
    bool is_stream_ = false;                         // the client asks for one
};

}  // namespace dreamina
