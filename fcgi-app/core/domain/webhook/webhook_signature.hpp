#pragma once
/// How a webhook says who sent it, as the Standard Webhooks specification has it: receivers verify it with that
/// project's libraries, or with those of OpenAI and Anthropic.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dreamina {

/// Bytes of chance in a secret.
constexpr std::size_t webhook_secret_bytes = 32;

/// "whsec_" and these bytes as base64.
std::string make_webhook_secret(std::string_view bytes);

/// Of bytes that the system draws.
std::string new_webhook_secret();

/// Whether it is written as a secret is: a key of 24 to 64 bytes.
bool is_webhook_secret(std::string_view text);

/// The value of `webhook-signature`: `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`, once for each
/// secret, with blanks between. Receivers accept it if one fits, so a secret can be exchanged without a gap. What is no
/// secret signs nothing.
/// `timestamp`: seconds since 1970 of the attempt, not of the event: receivers refuse what is older than five minutes.
std::string webhook_signature(std::string_view id, std::int64_t timestamp, std::string_view body,
                              std::span<const std::string> secrets);

}  // namespace dreamina
