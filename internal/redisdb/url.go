package redisdb

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

type kind int

const (
	single kind = iota
	cluster
	sentinel
)

// target is what a URL says. It is parsed here and not by net/url or go-redis
// because lists of hosts are no valid URL and because their errors repeat the
// input, password included.
type target struct {
	kind                           kind
	tls, skipVerify                bool
	network                        string
	addrs                          []string
	user, password                 string
	db                             int
	master                         string
	sentinelUser, sentinelPassword string
}

func parseURL(raw string) (target, error) {
	t := target{network: "tcp"}
	scheme, rest, ok := strings.Cut(strings.TrimSpace(raw), "://")
	if !ok {
		return t, errors.New("not a Redis address: it begins with redis://, rediss://, unix://, redis+cluster:// or redis+sentinel://")
	}
	defaultPort := "6379"
	switch scheme {
	case "redis":
	case "rediss":
		t.tls = true
	case "unix":
		t.network = "unix"
	case "redis+cluster", "rediss+cluster":
		t.kind, t.tls = cluster, scheme == "rediss+cluster"
	case "redis+sentinel", "rediss+sentinel":
		t.kind, t.tls, defaultPort = sentinel, scheme == "rediss+sentinel", "26379"
	default:
		return t, fmt.Errorf("unknown Redis scheme %q: use redis, rediss, unix, redis+cluster, rediss+cluster, redis+sentinel or rediss+sentinel", clip(scheme))
	}

	rest, query, _ := strings.Cut(rest, "?")
	if err := t.options(query); err != nil {
		return t, err
	}
	authority, path := rest, ""
	if i := strings.Index(rest, "/"); i >= 0 {
		authority, path = rest[:i], rest[i+1:]
	}
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		if err := t.credentials(authority[:at]); err != nil {
			return t, err
		}
		authority = authority[at+1:]
	} else if strings.Contains(path, "@") && t.kind != single {
		return t, errCredentials
	}
	if t.network == "unix" {
		if path == "" {
			return t, errors.New("the Redis address names no socket file: unix:///run/redis.sock")
		}
		t.addrs = []string{"/" + path}
		return t, nil
	}
	if strings.Contains(path, "@") {
		return t, errCredentials
	}
	if path = strings.TrimSuffix(path, "/"); path != "" {
		n, err := strconv.Atoi(path)
		if err != nil || n < 0 {
			return t, errors.New("what follows the host in the Redis address is the number of a database, such as /0")
		}
		t.db = n
	}
	if err := t.hosts(authority, defaultPort); err != nil {
		return t, err
	}
	switch {
	case t.kind == cluster && t.db != 0:
		return t, errors.New("a Redis Cluster has only database 0: leave the number out of the address")
	case t.kind == single && len(t.addrs) > 1:
		return t, errors.New("several Redis hosts need redis+cluster:// or redis+sentinel://")
	case t.kind == sentinel && t.master == "":
		return t, errors.New("a Sentinel address names its master: redis+sentinel://h1,h2/0?master=NAME")
	}
	return t, nil
}

var errCredentials = errors.New("the user or password in the Redis address cannot be read: write @ : / ? # % in it percent-encoded (%40 %3A %2F %3F %23 %25)")

func (t *target) credentials(s string) error {
	user, password, both := strings.Cut(s, ":")
	var err1, err2 error
	t.user, err1 = url.PathUnescape(user)
	t.password, err2 = url.PathUnescape(password)
	if err1 != nil || err2 != nil || (!both && user == "") {
		return errCredentials
	}
	return nil
}

func (t *target) hosts(authority, defaultPort string) error {
	for host := range strings.SplitSeq(authority, ",") {
		host = strings.TrimSpace(host)
		if host == "" {
			if t.kind == single && authority == "" {
				host = "localhost"
			} else {
				continue
			}
		}
		name, port, err := net.SplitHostPort(host)
		if err != nil {
			name, port = strings.Trim(host, "[]"), defaultPort
		}
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			// Not repeated: with an unescaped password it may hold a part of it.
			return errors.New("a port in the Redis address is no number from 1 to 65535 (a password with @ : / ? # % must be percent-encoded)")
		}
		if name == "" {
			name = "localhost"
		}
		if strings.Contains(name, ":") && net.ParseIP(name) == nil {
			return errors.New("a host in the Redis address cannot be read: write host:port, [IPv6]:port")
		}
		t.addrs = append(t.addrs, net.JoinHostPort(name, port))
	}
	if len(t.addrs) == 0 {
		return errors.New("the Redis address names no host")
	}
	return nil
}

func (t *target) options(query string) error {
	q, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("what follows the ? in the Redis address cannot be read")
	}
	known := []string{"master", "sentinel_username", "sentinel_password", "skip_verify"}
	for name := range q {
		if !slices.Contains(known, name) {
			// The name is not repeated: it may be a part of an unescaped password.
			return fmt.Errorf("unknown option in the Redis address: known are %s", strings.Join(known, ", "))
		}
	}
	if v := q.Get("skip_verify"); v != "" {
		if t.skipVerify, err = strconv.ParseBool(v); err != nil {
			return errors.New("skip_verify in the Redis address is true or false")
		}
	}
	t.master, t.sentinelUser, t.sentinelPassword = q.Get("master"), q.Get("sentinel_username"), q.Get("sentinel_password")
	return nil
}

// clip keeps an unexpectedly long piece of input out of an error.
func clip(s string) string {
	if len(s) > 20 {
		return s[:20] + "…"
	}
	return s
}
