package credit

import (
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

// A record is a credit as it is stored, without its id, which is in the key. It is
// a line of fields separated by |, and below it the reason as it is:
//
//	version|giver|kind|given|receivers|source|destination|post|posting|rev|behind|tries|voices|withdrawn|since|not before
//
// Fields at the end may be missing, and a newer program may add some. Numbers are
// in base 36, and 0 is empty; times are milliseconds, of which "withdrawn",
// "since" and "not before" have those since "given"; "behind" is how far Painted is behind Rev. Receivers are
// separated by semicolons: the letter of the standing, upper case once they were
// told, and the user, then after commas the channel and the ts of their card and
// the milliseconds from "given" to when it was sent and to when they can be told.
// Places are channel,ts,thread,
// the destination relative to the source and the post to the destination (see
// place). Voices are separated by commas. How a ts is written see moment.
//
// It is no JSON because names and quotes took a third of the memory.
const (
	atVersion = iota
	atGiver
	atKind
	atGiven
	atReceivers
	atSource
	atDest
	atPost
	atPosting
	atRev
	atBehind
	atTries
	atVoices
	atWithdrawn
	atSince
	atNotBefore
	recordFields
)

var (
	standings = map[Standing]string{Waiting: "w", Named: "n", Asked: "a", Private: "p", Declined: "d", Left: "l"}
	postings  = map[Posting]string{Unposted: "", Sending: "s", Posted: "p", Removing: "r", Doubtful: "d", Unplaced: "u"}
)

var errUnreadable = errors.New("a credit cannot be read")

func encode(c *Credit) (string, error) {
	if err := check(c); err != nil {
		return "", err
	}
	given := c.Given.UnixMilli()
	f := make([]string, recordFields)
	f[atVersion] = strconv.Itoa(recordVersion)
	f[atGiver] = c.GiverID
	if c.Kind != "" {
		f[atKind] = letter(c.Kind)
	}
	f[atGiven] = strconv.FormatInt(given, 36)
	receivers := make([]string, len(c.Receivers))
	for i, p := range c.Receivers {
		state, asked, notBefore := standings[p.Standing], "", ""
		if p.Told {
			state = strings.ToUpper(state)
		}
		if !p.AskedAt.IsZero() {
			asked = strconv.FormatInt(p.AskedAt.UnixMilli()-given, 36)
		}
		if !p.NotBefore.IsZero() {
			notBefore = strconv.FormatInt(p.NotBefore.UnixMilli()-given, 36)
		}
		receivers[i] = trimmed(",", state+p.UserID, p.CardChannel, moment(c.Given, p.CardTS), asked, notBefore)
	}
	f[atReceivers] = strings.Join(receivers, ";")
	f[atSource] = place(c.Given, c.Source, Place{})
	f[atDest] = place(c.Given, c.Dest, c.Source)
	f[atPost] = place(c.Given, c.Post, c.Dest)
	f[atPosting] = postings[c.Posting]
	f[atRev] = number(c.Rev)
	f[atBehind] = number(c.Rev - c.Painted)
	f[atTries] = number(c.Tries)
	f[atVoices] = strings.Join(c.Voices, ",")
	if !c.Withdrawn.IsZero() {
		f[atWithdrawn] = strconv.FormatInt(c.Withdrawn.UnixMilli()-given, 36)
	}
	if c.unsettled() && !c.Since.IsZero() {
		f[atSince] = strconv.FormatInt(c.Since.UnixMilli()-given, 36)
	}
	if !c.NotBefore.IsZero() {
		f[atNotBefore] = strconv.FormatInt(c.NotBefore.UnixMilli()-given, 36)
	}
	return trimmed("|", f...) + "\n" + c.Reason, nil
}

func decode(id, value string) (Credit, error) {
	line, reason, _ := strings.Cut(value, "\n")
	f := fields(line, "|", recordFields)
	// The version first: a newer one may have another form.
	version, err := strconv.Atoi(f[atVersion])
	if err == nil && version > recordVersion {
		return Credit{}, ErrNewer
	}
	unreadable := fmt.Errorf("%w: %s", errUnreadable, id) // no word of what is in it
	given, err2 := strconv.ParseInt(f[atGiven], 36, 64)
	if err != nil || version < 1 || err2 != nil {
		return Credit{}, unreadable
	}
	c := Credit{
		ID: id, GiverID: f[atGiver], Kind: kindOf(f[atKind]), Given: time.UnixMilli(given).UTC(), Reason: reason,
	}
	var behind int
	for i, n := range map[int]*int{atRev: &c.Rev, atBehind: &behind, atTries: &c.Tries} {
		if !numberOf(f[i], n) {
			return Credit{}, unreadable
		}
	}
	c.Painted = c.Rev - behind
	c.Source = placeOf(c.Given, f[atSource], Place{})
	c.Dest = placeOf(c.Given, f[atDest], c.Source)
	c.Post = placeOf(c.Given, f[atPost], c.Dest)
	var ok, ok2, ok3, ok4 bool
	c.Posting, ok = nameOf(postings, f[atPosting])
	c.Since, ok3 = timeOf(given, f[atSince])
	c.NotBefore, ok4 = timeOf(given, f[atNotBefore])
	if c.Withdrawn, ok2 = timeOf(given, f[atWithdrawn]); !ok || !ok2 || !ok3 || !ok4 {
		return Credit{}, unreadable
	}
	if v := f[atVoices]; v != "" {
		c.Voices = strings.Split(v, ",")
	}
	if f[atReceivers] == "" {
		return c, nil
	}
	for s := range strings.SplitSeq(f[atReceivers], ";") {
		p, ok := receiverOf(c.Given, s)
		if !ok {
			return Credit{}, unreadable
		}
		c.Receivers = append(c.Receivers, p)
	}
	return c, nil
}

func receiverOf(given time.Time, s string) (p Receiver, ok bool) {
	f := fields(s, ",", 5)
	if f[0] == "" {
		return p, false
	}
	state := f[0][:1]
	if p.Standing, ok = nameOf(standings, strings.ToLower(state)); !ok {
		return p, false
	}
	p.Told = state != strings.ToLower(state)
	p.UserID, p.CardChannel, p.CardTS = f[0][1:], f[1], momentOf(given, f[2])
	var ok2 bool
	p.AskedAt, ok = timeOf(given.UnixMilli(), f[3])
	p.NotBefore, ok2 = timeOf(given.UnixMilli(), f[4])
	return p, ok && ok2
}

// number writes a number, and 0 as nothing.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 36)
}

func numberOf(s string, n *int) bool {
	if s == "" {
		return true
	}
	got, err := strconv.ParseInt(s, 36, 64)
	*n = int(got)
	return err == nil
}

// timeOf reads a time written as milliseconds after another, zero if empty.
func timeOf(after int64, s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	ms, err := strconv.ParseInt(s, 36, 64)
	return time.UnixMilli(after + ms).UTC(), err == nil
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
	return trimmed(",", channel, moment(given, p.TS), thread)
}

func placeOf(given time.Time, s string, base Place) Place {
	f := fields(s, ",", 3)
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

// trimmed joins without what is empty at the end.
func trimmed(sep string, parts ...string) string {
	return strings.TrimRight(strings.Join(parts, sep), sep)
}

// fields splits into at least n parts.
func fields(s, sep string, n int) []string {
	f := strings.Split(s, sep)
	for len(f) < n {
		f = append(f, "")
	}
	return f
}

func nameOf[K ~string](names map[K]string, short string) (found K, ok bool) {
	for name, s := range names {
		if s == short {
			return name, true
		}
	}
	return found, false
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
