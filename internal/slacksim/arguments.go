package slacksim

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// booleans are the arguments that are yes or no, of whatever method.
var booleans = strings.Fields("as_user exclude_archived full include_all_metadata include_count include_disabled include_labels " +
	"include_locale include_num_members include_users inclusive link_names mrkdwn prevent_creation reply_broadcast return_im unfurl_links unfurl_media")

var (
	// messageTS is the ts of a message: seconds and microseconds.
	messageTS = regexp.MustCompile(`^\d{10}\.\d{6}$`)
	// anyTS is where a range begins or ends; whole seconds will do.
	anyTS = regexp.MustCompile(`^\d{1,10}(\.\d{1,6})?$`)
	parse = regexp.MustCompile(`^(none|full|client)$`)
	uuid  = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// formats are the arguments of a certain form, and the error a method's page
// lists for another one; where it lists none, it is invalid_arguments.
var formats = []struct {
	arg    string
	form   *regexp.Regexp
	method string // its prefix
	code   string
}{
	{"ts", messageTS, "chat.", "message_not_found"},
	{"ts", messageTS, "conversations.replies", "thread_not_found"},
	{"message_ts", messageTS, "chat.getPermalink", "message_not_found"},
	{"timestamp", messageTS, "reactions.", "bad_timestamp"},
	{"thread_ts", messageTS, "", "invalid_arguments"},
	{"oldest", anyTS, "conversations.", "invalid_ts_oldest"},
	{"latest", anyTS, "conversations.", "invalid_ts_latest"},
	{"parse", parse, "", "invalid_arguments"},
	{"client_msg_id", uuid, "", "invalid_arguments"},
}

// checkArguments holds the arguments of a call against those its method takes.
func checkArguments(method string, takes []string, args url.Values) error {
	var problems []string
	for _, a := range takes {
		if need := strings.TrimSuffix(a, "*"); need != a && args.Get(need) == "" {
			problems = append(problems, "[ERROR] missing required field: "+need)
		}
	}
	for a := range args {
		switch {
		case a == "team_id": // the official framework sends it with every call
		case !slices.Contains(takes, a) && !slices.Contains(takes, a+"*"):
			problems = append(problems, "[ERROR] unknown argument: "+a)
		case len(args[a]) > 1:
			problems = append(problems, "[ERROR] given more than once: "+a)
		case slices.Contains(booleans, a) && !slices.Contains([]string{"", "true", "false", "1", "0"}, args.Get(a)):
			problems = append(problems, "[ERROR] must be a boolean: "+a)
		}
	}
	for _, f := range formats {
		if v := args.Get(f.arg); v == "" || !strings.HasPrefix(method, f.method) || f.form.MatchString(v) {
			continue
		}
		if f.code != "invalid_arguments" && len(problems) == 0 {
			return fail(f.code)
		}
		problems = append(problems, "[ERROR] not of the right form: "+f.arg)
	}
	if len(problems) == 0 {
		return nil
	}
	slices.Sort(problems)
	return &apiError{code: "invalid_arguments", messages: problems}
}
