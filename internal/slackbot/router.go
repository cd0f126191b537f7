package slackbot

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"sort"
	"strings"

	"github.com/slack-go/slack"
)

// Parsed is how far a text is a command.
type Parsed int

// A text that does not parse is a search; only some commands correct instead.
const (
	NotACommand Parsed = iota
	Parses
	// Malformed means the person clearly meant this command; its Answer
	// corrects them and keeps what they typed.
	Malformed
)

// Command is a word after /ally. The text is this command only if all of it
// parses; otherwise it is a search that ends with "Did you mean …?".
type Command struct {
	Word    string
	Aliases []string
	// Usage and Summary are what help shows: "`/ally help`", "what Ally can do".
	Usage   string
	Summary string
	// Parse judges what follows the word, trimmed. Nil means: nothing may follow.
	Parse  func(rest string) Parsed
	Answer func(context.Context, Request) (Reply, error)
}

// Section is a room's part of the launcher, of App Home and of the welcome; each
// may be nil.
type Section struct {
	Order    int
	Launcher func(ctx context.Context, userID string) []slack.Block
	Home     func(ctx context.Context, userID string) []slack.Block
	// Welcome is what the room offers people below their welcome, once.
	Welcome func(ctx context.Context, userID string) []slack.Block
}

// Personal is what a room keeps about people.
type Personal struct {
	// Name is what it is called in an export: "favourites".
	Name string
	// Export returns all that is kept about a person, ready to be shown as JSON;
	// nil if there is nothing.
	Export func(ctx context.Context, userID string) (any, error)
	// Erase removes it.
	Erase func(ctx context.Context, userID string) error
}

// RouteOption says what is special about a registration.
type RouteOption func(*route)

// Stateless marks work that needs nothing of Redis: with Redis away it is done
// at once instead of refused.
func Stateless(r *route) { r.stateless = true }

// Anyone lets people of other organisations act too (Slack Connect), where they
// see the bot's messages. Without it they are told, politely, that it is not for
// them.
func Anyone(r *route) { r.anyone = true }

// OrElse is called when a stored task was given up for good or waited too long,
// so that the room can tell the person. It takes the place of what the person is
// told otherwise, is tried once and may, after a crash, be called again: what it
// sends takes its intent from the task's id.
func OrElse(tell func(context.Context, Task)) RouteOption {
	return func(r *route) { r.orElse = tell }
}

// Only keeps an event from being stored unless it is wanted. T is the event's
// type; wanted sees it before it is acknowledged and must not block.
func Only[T any](wanted func(T) bool) RouteOption {
	return func(r *route) {
		r.wanted = func(payload any) bool {
			e, ok := payload.(T)
			return ok && wanted(e)
		}
	}
}

type route struct {
	do        func(ctx context.Context, t Task) error
	stateless bool
	anyone    bool
	orElse    func(context.Context, Task)
	wanted    func(payload any) bool
}

// Router knows which room answers what. Rooms register before the bot starts;
// a name registered twice is a mistake in the program and panics.
type Router struct {
	commands    map[string]*Command
	order       []*Command
	freeText    func(context.Context, Request) (Reply, error)
	submissions map[string]func(context.Context, Submission) (SubmissionReply, error)
	suggestions map[string]func(context.Context, Suggestion) ([]Option, error)
	work        map[string]route
	subscribers map[string][]string // names of work by event
	sections    []Section
	personal    []Personal
	calendars   []CalendarEntry
	queues      []QueueEntry
}

// NewRouter returns a router that knows nothing yet.
func NewRouter() *Router {
	return &Router{
		commands:    map[string]*Command{},
		submissions: map[string]func(context.Context, Submission) (SubmissionReply, error){},
		suggestions: map[string]func(context.Context, Suggestion) ([]Option, error){},
		work:        map[string]route{},
		subscribers: map[string][]string{},
	}
}

// Command registers a command word. The empty word is the launcher.
func (r *Router) Command(c Command) {
	for _, w := range append([]string{c.Word}, c.Aliases...) {
		if _, ok := r.commands[w]; ok {
			panic("slackbot: command " + w + " registered twice")
		}
		r.commands[w] = &c
	}
	r.order = append(r.order, &c)
}

// Commands lists what was registered, in order.
func (r *Router) Commands() []*Command { return r.order }

// FreeText registers who answers text that is no command.
func (r *Router) FreeText(answer func(context.Context, Request) (Reply, error)) { r.freeText = answer }

// Section adds a room's part to the launcher and App Home.
func (r *Router) Section(s Section) {
	r.sections = append(r.sections, s)
	sort.SliceStable(r.sections, func(i, j int) bool { return r.sections[i].Order < r.sections[j].Order })
}

// Sections lists the parts of the launcher and App Home in their order.
func (r *Router) Sections() []Section { return r.sections }

// Personal says what a room keeps about people, and how to export and erase it.
func (r *Router) Personal(p Personal) { r.personal = append(r.personal, p) }

// KeptAboutPeople lists what the rooms keep about people.
func (r *Router) KeptAboutPeople() []Personal { return r.personal }

// Action registers a button or select. In messages an action_id must be unique,
// so an id may carry a suffix after a colon, which is not part of the name:
// "script.show:2" goes to "script.show".
func (r *Router) Action(actionID string, do func(context.Context, Task, Action) error, opts ...RouteOption) {
	handle(r, "action/"+actionID, do, opts)
}

// Shortcut registers a global or message shortcut by its callback_id.
func (r *Router) Shortcut(callbackID string, do func(context.Context, Task, Shortcut) error, opts ...RouteOption) {
	handle(r, "shortcut/"+callbackID, do, opts)
}

// Submission registers a modal by its callback_id. It runs before the
// acknowledgement and has 2 s.
func (r *Router) Submission(callbackID string, do func(context.Context, Submission) (SubmissionReply, error)) {
	if _, ok := r.submissions[callbackID]; ok {
		panic("slackbot: submission " + callbackID + " registered twice")
	}
	r.submissions[callbackID] = do
}

// Suggest registers the options of an external select by its action_id.
func (r *Router) Suggest(actionID string, do func(context.Context, Suggestion) ([]Option, error)) {
	if _, ok := r.suggestions[actionID]; ok {
		panic("slackbot: options of " + actionID + " registered twice")
	}
	r.suggestions[actionID] = do
}

// Handle registers work by name: what one room hands to another, or to itself
// for later, as a Task with a payload of type T.
func Handle[T any](r *Router, name string, do func(context.Context, Task, T) error, opts ...RouteOption) {
	handle(r, name, do, opts)
}

// On subscribes a room to an event of Slack; several rooms may. Each gets a task
// of its own, named after the package of its handler, so that one failing is
// tried again without the others. Events nobody subscribed to are acknowledged
// and dropped.
func On[T any](r *Router, do func(context.Context, Task, T) error, opts ...RouteOption) {
	event := eventName[T]()
	base := event + "/" + packageOf(do)
	name := base
	for n := 2; r.Handles(name); n++ {
		name = fmt.Sprintf("%s#%d", base, n)
	}
	handle(r, name, do, opts)
	r.subscribers[event] = append(r.subscribers[event], name)
}

// packageOf is the last part of the package path a function is declared in: a
// name for its tasks that stays the same in all replicas and versions.
func packageOf(f any) string {
	name := runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()
	name = name[strings.LastIndexByte(name, '/')+1:]
	name, _, _ = strings.Cut(name, ".")
	return name
}

func eventName[T any]() string {
	var zero T
	return strings.Replace(fmt.Sprintf("event/%T", zero), "slackbot.", "", 1)
}

func handle[T any](r *Router, name string, do func(context.Context, Task, T) error, opts []RouteOption) {
	if _, ok := r.work[name]; ok {
		panic("slackbot: " + name + " registered twice")
	}
	rt := route{do: func(ctx context.Context, t Task) error {
		var payload T
		if json.Unmarshal(t.Payload, &payload) != nil {
			// The error of the decoder is left out: it may quote the payload.
			return fmt.Errorf("the payload of %s cannot be read: %w", name, errFinal)
		}
		return do(ctx, t, payload)
	}}
	for _, o := range opts {
		o(&rt)
	}
	r.work[name] = rt
}

// Do works off one task.
func (r *Router) Do(ctx context.Context, t Task) error {
	rt, ok := r.work[t.Name]
	if !ok {
		return fmt.Errorf("no room handles %q", t.Name)
	}
	return rt.do(ctx, t)
}

// Handles says whether a room registered for the name.
func (r *Router) Handles(name string) bool { _, ok := r.work[name]; return ok }
