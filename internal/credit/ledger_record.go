package credit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// recordVersion is raised when an older program must not read, or write back,
// what this one writes: reading leaves out fields it does not know, and so does
// writing then.
const recordVersion = 1

// record is a credit as it is stored, without its id, which is in the key.
type record struct {
	Version   int      `json:"v"`
	Giver     string   `json:"g,omitempty"`
	Kind      string   `json:"k,omitempty"` // its letter
	Given     int64    `json:"t"`           // ms
	Reason    string   `json:"x,omitempty"`
	Receivers []string `json:"r,omitempty"` // user,standing[+ if told],card's channel,card's ts,ms from given to asked
	Source    string   `json:"s,omitempty"` // channel,ts,thread; how a ts is written see moment
	Dest      string   `json:"d,omitempty"` // relative to the source, see place
	Post      string   `json:"p,omitempty"` // relative to the destination
	Posting   string   `json:"o,omitempty"`
	Rev       int      `json:"n,omitempty"`
	Behind    int      `json:"m,omitempty"` // how far Painted is behind Rev
	Tries     int      `json:"i,omitempty"`
	Voices    string   `json:"y,omitempty"` // users, joined by commas
	Withdrawn int64    `json:"w,omitempty"` // ms
}

var (
	standings = map[Standing]string{Waiting: "", Named: "n", Asked: "a", Private: "p", Declined: "d", Left: "l"}
	postings  = map[Posting]string{Unposted: "", Sending: "s", Posted: "p", Removing: "r", Doubtful: "d", Unplaced: "u"}
)

var errUnreadable = errors.New("a credit cannot be read")

func encode(c *Credit) (string, error) {
	if err := check(c); err != nil {
		return "", err
	}
	r := record{
		Version: recordVersion, Giver: c.GiverID, Given: c.Given.UnixMilli(), Reason: c.Reason,
		Rev: c.Rev, Behind: c.Rev - c.Painted, Tries: c.Tries, Voices: strings.Join(c.Voices, ","),
		Source: place(c.Given, c.Source, Place{}), Dest: place(c.Given, c.Dest, c.Source), Post: place(c.Given, c.Post, c.Dest),
		Posting: postings[c.Posting],
	}
	if c.Kind != "" {
		r.Kind = letter(c.Kind)
	}
	if !c.Withdrawn.IsZero() {
		r.Withdrawn = c.Withdrawn.UnixMilli()
	}
	for _, p := range c.Receivers {
		state, asked := standings[p.Standing], ""
		if p.Told {
			state += "+"
		}
		if !p.AskedAt.IsZero() {
			asked = strconv.FormatInt(p.AskedAt.UnixMilli()-r.Given, 10)
		}
		r.Receivers = append(r.Receivers, trimmed(p.UserID, state, p.CardChannel, moment(c.Given, p.CardTS), asked))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // six bytes for each < otherwise
	if err := e.Encode(r); err != nil {
		return "", errors.New("a credit cannot be encoded")
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func decode(id, value string) (Credit, error) {
	var r record
	// The version first: a newer one may have other types.
	var v struct {
		Version int `json:"v"`
	}
	if json.Unmarshal([]byte(value), &v) != nil || v.Version < 1 {
		return Credit{}, fmt.Errorf("%w: %s", errUnreadable, id) // the decoder's error may quote it
	}
	if v.Version > recordVersion {
		return Credit{}, ErrNewer
	}
	if json.Unmarshal([]byte(value), &r) != nil {
		return Credit{}, fmt.Errorf("%w: %s", errUnreadable, id)
	}
	c := Credit{
		ID: id, GiverID: r.Giver, Kind: kindOf(r.Kind), Given: time.UnixMilli(r.Given).UTC(), Reason: r.Reason,
		Rev: r.Rev, Painted: r.Rev - r.Behind, Tries: r.Tries, Posting: nameOf(postings, r.Posting),
	}
	c.Source = placeOf(c.Given, r.Source, Place{})
	c.Dest = placeOf(c.Given, r.Dest, c.Source)
	c.Post = placeOf(c.Given, r.Post, c.Dest)
	if r.Voices != "" {
		c.Voices = strings.Split(r.Voices, ",")
	}
	if r.Withdrawn != 0 {
		c.Withdrawn = time.UnixMilli(r.Withdrawn).UTC()
	}
	for _, s := range r.Receivers {
		f := fields(s, 5)
		p := Receiver{UserID: f[0], CardChannel: f[2], CardTS: momentOf(c.Given, f[3])}
		var state string
		state, p.Told = strings.CutSuffix(f[1], "+")
		p.Standing = nameOf(standings, state)
		if ms, err := strconv.ParseInt(f[4], 10, 64); err == nil {
			p.AskedAt = time.UnixMilli(r.Given + ms).UTC()
		}
		c.Receivers = append(c.Receivers, p)
	}
	return c, nil
}

// place writes a place: channel,ts,thread. An = for the channel means that of the
// base, for the thread the thread of the base or the one it begins: a credit is
// mostly posted below its source.
func place(given time.Time, p, base Place) string {
	channel, thread := p.ChannelID, moment(given, p.ThreadTS)
	if channel != "" && channel == base.ChannelID {
		channel = "="
	}
	if p.ThreadTS != "" && p.ThreadTS == root(base) {
		thread = "="
	}
	return trimmed(channel, moment(given, p.TS), thread)
}

func placeOf(given time.Time, s string, base Place) Place {
	f := fields(s, 3)
	p := Place{ChannelID: f[0], TS: momentOf(given, f[1]), ThreadTS: momentOf(given, f[2])}
	if f[0] == "=" {
		p.ChannelID = base.ChannelID
	}
	if f[2] == "=" {
		p.ThreadTS = root(base)
	}
	return p
}

// moment writes a ts of Slack's as the microseconds after the credit was given,
// in base 36: there are up to a dozen of them in a record. Anything else follows
// a point as it is.
func moment(given time.Time, ts string) string {
	seconds, micros, _ := strings.Cut(ts, ".")
	if len(seconds) != 10 || len(micros) != 6 || strings.Trim(seconds+micros, "0123456789") != "" {
		if ts == "" {
			return ""
		}
		return "." + ts
	}
	n, _ := strconv.ParseInt(seconds+micros, 10, 64)
	return strconv.FormatInt(n-given.UnixMilli()*1000, 36)
}

func momentOf(given time.Time, s string) string {
	if raw, ok := strings.CutPrefix(s, "."); ok || s == "" {
		return raw
	}
	n, err := strconv.ParseInt(s, 36, 64)
	if err != nil {
		return ""
	}
	n += given.UnixMilli() * 1000
	return fmt.Sprintf("%010d.%06d", n/1e6, n%1e6)
}

func root(p Place) string {
	if p.ThreadTS != "" {
		return p.ThreadTS
	}
	return p.TS
}

func trimmed(parts ...string) string { return strings.TrimRight(strings.Join(parts, ","), ",") }

// fields splits into at least n parts.
func fields(s string, n int) []string {
	f := strings.Split(s, ",")
	for len(f) < n {
		f = append(f, "")
	}
	return f
}

func nameOf[K ~string](names map[K]string, short string) (found K) {
	for name, s := range names {
		if s == short {
			return name
		}
	}
	return found
}

// check refuses what could not be read back, or would put text into keys.
func check(c *Credit) error {
	ids := []string{
		c.GiverID, c.Source.ChannelID, c.Source.TS, c.Source.ThreadTS, c.Dest.ChannelID, c.Dest.TS,
		c.Dest.ThreadTS, c.Post.ChannelID, c.Post.TS, c.Post.ThreadTS,
	}
	for _, r := range c.Receivers {
		ids = append(ids, r.UserID, r.CardChannel, r.CardTS)
		if _, ok := standings[r.Standing]; !ok || r.UserID == "" {
			return errors.New("a receiver without an id or with an unknown standing")
		}
	}
	for _, v := range c.Voices {
		if ids = append(ids, v); v == "" {
			return errors.New("a voice without an id")
		}
	}
	for _, id := range ids {
		if !plain(id) || len(id) > 40 {
			return errors.New("something that is no id of Slack's where one should be")
		}
	}
	if c.Given.UnixMilli() <= 0 || !plain(c.ID) || strings.Contains(c.ID, ".") || c.ID == "" || len(c.ID) > 24 {
		return errors.New("a credit needs an id of up to 24 characters and the time it was given")
	}
	if _, ok := postings[c.Posting]; !ok || c.Kind != "" && !c.Kind.Known() {
		return errors.New("a credit of an unknown kind or posting")
	}
	if c.Posting == Posted && (c.Post.ChannelID == "" || c.Post.TS == "") {
		return errors.New("a credit that is posted nowhere")
	}
	return nil
}

// checkNew says what a credit just given needs besides.
func checkNew(c *Credit) error {
	if c.GiverID == "" || len(c.Receivers) == 0 || len(c.Receivers) > MaxReceivers || !c.Kind.Known() || !c.Stands() {
		return errors.New("a credit has a giver, up to ten receivers and a kind")
	}
	return nil
}

const idCharacters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_."

// plain says whether s could be an id or ts of Slack's, or none.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(idCharacters, r) })
}
