package blockcheck

import "strings"

// Error says why Slack would refuse a payload.
type Error struct {
	// Code is the value of "error" in Slack's answer: invalid_blocks,
	// invalid_blocks_format, invalid_attachments, msg_blocks_too_long,
	// invalid_arguments or view_too_large.
	Code string
	// Messages are the values of response_metadata.messages, such as
	// "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]".
	// They name fields and limits and never quote a person's words.
	Messages []string
}

// Error joins the code and all messages in one line.
func (e *Error) Error() string {
	if len(e.Messages) == 0 {
		return e.Code
	}
	return e.Code + ": " + strings.Join(e.Messages, "; ")
}

// message is one line of response_metadata.messages.
func message(what, pointer string) string {
	return "[ERROR] " + what + " [json-pointer:" + pointer + "]"
}
