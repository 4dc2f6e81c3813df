#pragma once
/// An error that a chat completion gives as its text ("生成图片失败: …"), in a stream that had begun well.

#include <string_view>

#include "core/domain/verdict/verdict.hpp"

namespace dreamina {

/// The answer that it would have been otherwise, but for the status, which is 0. `words`: what stands behind the
/// introduction "…失败: "; `upstream`: as far as it is known.
AnswerHead parse_chat_error(std::string_view words, UpstreamKind upstream);

}  // namespace dreamina
