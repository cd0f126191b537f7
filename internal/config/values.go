package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"go.uber.org/zap/zapcore"
)

// The types below read one variable each. Their errors say what to put there;
// an empty variable leaves the default.

// APIURL is the base of Slack's Web API, with a slash at its end.
type APIURL string

// Decode takes https anywhere, plain http only on this machine.
func (a *APIURL) Decode(value string) error {
	value = strings.TrimSpace(value)
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("give a plain address such as https://slack.com/api/")
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && loopback(u.Hostname()):
	case u.Scheme == "http":
		return errors.New("tokens would travel unencrypted: use https (plain http is for this machine only)")
	default:
		return errors.New("give an address that begins with https://")
	}
	if !strings.HasSuffix(value, "/") {
		value += "/"
	}
	*a = APIURL(value)
	return nil
}

// loopback says whether a host is this machine.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Addr is a host and port to listen on; without a host, on all interfaces.
type Addr string

// Decode takes HOST:PORT.
func (a *Addr) Decode(value string) error {
	value = strings.TrimSpace(value)
	if value == "" {
		return nil
	}
	_, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return errors.New("give a host and a port, such as 127.0.0.1:9090 or :9090")
	}
	*a = Addr(value)
	return nil
}

// Loopback says whether only this machine can reach the address.
func (a Addr) Loopback() bool {
	host, _, err := net.SplitHostPort(string(a))
	return err == nil && loopback(host)
}

// LogLevel is how much is logged.
type LogLevel zapcore.Level

// Decode takes debug, info, warn or error.
func (l *LogLevel) Decode(value string) error {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "":
	case "debug":
		*l = LogLevel(zapcore.DebugLevel)
	case "info":
		*l = LogLevel(zapcore.InfoLevel)
	case "warn", "warning":
		*l = LogLevel(zapcore.WarnLevel)
	case "error":
		*l = LogLevel(zapcore.ErrorLevel)
	default:
		return errors.New("give debug, info, warn or error")
	}
	return nil
}

// maxSockets is Slack's limit of connections per app; the eleventh is closed
// with too_many_websockets.
const maxSockets = 10

// Sockets is a number of Socket Mode connections.
type Sockets int

// Decode takes 1 to 10.
func (s *Sockets) Decode(value string) error {
	value = strings.TrimSpace(value)
	if value == "" {
		return nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxSockets {
		return fmt.Errorf("give a whole number from 1 to %d (Slack allows %d connections to all replicas together)", maxSockets, maxSockets)
	}
	*s = Sockets(n)
	return nil
}

// Rate is a number per second.
type Rate float64

// maxRate catches slips of the finger. Slack takes "several hundred a minute"
// from an app in a workspace, so that 5 is already bold; a simulated one takes
// more.
const maxRate = 1000

// Decode takes 0.1 to 1000.
func (r *Rate) Decode(value string) error {
	value = strings.TrimSpace(value)
	if value == "" {
		return nil
	}
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(f) || f < 0.1 || f > maxRate {
		return fmt.Errorf("give a number from 0.1 to %d, such as 2 or 0.5", maxRate)
	}
	*r = Rate(f)
	return nil
}

var userID = regexp.MustCompile(`^[UW][A-Z0-9]{2,20}$`)

// UserIDs are ids of people in Slack.
type UserIDs []string

// Decode takes ids with commas or spaces between them.
func (u *UserIDs) Decode(value string) error {
	var ids UserIDs
	for _, id := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' }) {
		if !userID.MatchString(id) {
			return errors.New("give user ids such as U012AB3CD,U045EF6GH (in Slack: profile, ⋮, Copy member ID)")
		}
		ids = append(ids, id)
	}
	*u = ids
	return nil
}

var emojiName = regexp.MustCompile(`^[a-z0-9_+'-]{1,100}$`)

// Emoji is the name of one of Slack's or the workspace's emoji, without colons.
type Emoji string

// Decode takes a name with or without colons. A skin tone is taken off: reacting
// with any of them counts.
func (e *Emoji) Decode(value string) error {
	value = strings.ToLower(strings.TrimSpace(value))
	if value == "" {
		return nil
	}
	name, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(value, ":"), ":"), "::")
	if !emojiName.MatchString(name) || strings.HasPrefix(name, "skin-tone-") {
		return errors.New("give the name of one emoji, such as raised_hands (colons around it are fine)")
	}
	*e = Emoji(name)
	return nil
}

// redisSchemes are the kinds of address that redisdb opens.
var redisSchemes = []string{
	"redis://", "rediss://", "unix://",
	"redis+cluster://", "rediss+cluster://", "redis+sentinel://", "rediss+sentinel://",
}

func checkRedisURL(value string) error {
	for _, s := range redisSchemes {
		if rest, ok := strings.CutPrefix(value, s); ok && rest != "" {
			return nil
		}
	}
	return errors.New("give an address such as redis://127.0.0.1:6379/0 (also rediss://, unix://, redis+cluster://, redis+sentinel://)")
}
