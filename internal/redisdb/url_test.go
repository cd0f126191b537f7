package redisdb

import (
	"reflect"
	"strings"
	"testing"
)

func TestURLsOfEveryKind(t *testing.T) {
	for url, want := range map[string]target{
		"redis://localhost":                                 {network: "tcp", addrs: []string{"localhost:6379"}},
		"redis://":                                          {network: "tcp", addrs: []string{"localhost:6379"}},
		"redis://:p%40ss@h:1/2":                             {network: "tcp", addrs: []string{"h:1"}, password: "p@ss", db: 2},
		"rediss://me:pw@h/":                                 {network: "tcp", addrs: []string{"h:6379"}, user: "me", password: "pw", tls: true},
		"redis://[::1]:6380/0":                              {network: "tcp", addrs: []string{"[::1]:6380"}},
		"unix:///run/redis.sock":                            {network: "unix", addrs: []string{"/run/redis.sock"}},
		"unix://me:pw@/run/redis.sock":                      {network: "unix", addrs: []string{"/run/redis.sock"}, user: "me", password: "pw"},
		"redis+cluster://h1,h2:7001/":                       {kind: cluster, network: "tcp", addrs: []string{"h1:6379", "h2:7001"}},
		"rediss+cluster://u:p@h1:1,h2":                      {kind: cluster, network: "tcp", addrs: []string{"h1:1", "h2:6379"}, user: "u", password: "p", tls: true},
		"redis+sentinel://h1,h2:26380/3?master=m":           {kind: sentinel, network: "tcp", addrs: []string{"h1:26379", "h2:26380"}, db: 3, master: "m"},
		"rediss+sentinel://:p@h1?master=m&skip_verify=true": {kind: sentinel, network: "tcp", addrs: []string{"h1:26379"}, password: "p", master: "m", tls: true, skipVerify: true},
		"redis+sentinel://h1/?master=m&sentinel_username=a&sentinel_password=b": {kind: sentinel, network: "tcp", addrs: []string{"h1:26379"}, master: "m", sentinelUser: "a", sentinelPassword: "b"},
	} {
		got, err := parseURL(url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", url, got, want)
		}
	}
}

func TestWrongURLsAreOneLineWithoutThePassword(t *testing.T) {
	for _, url := range []string{
		"", "localhost:6379", "http://h", "redis://h:port", "redis://h:99999", "redis://h/x", "redis://h/-1",
		"redis://u:hunter2@h:x/0", "redis://u:hunt/er2@h/0", "redis://u:hunt?er2@h", "redis://u:%zzhunter2@h",
		"redis://u:hunter2#@h/y", "redis+cluster://u:hunter2@h1/2", "redis+cluster://", "redis://h1,h2",
		"redis+sentinel://u:hunter2@h1", "unix://", "redis://h?masterr=hunter2", "redis://h?skip_verify=hunter2",
		"redis+cluster://u:hu/nter2@h1,h2/", "redis://u:hunter2:hunter2", "redis://@h",
	} {
		_, err := Open(url)
		if err == nil {
			t.Errorf("%q: no error", url)
			continue
		}
		for _, secret := range []string{"hunt", "er2"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%q: the error holds a part of the password: %v", url, err)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: more than one line: %v", url, err)
		}
	}
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"redis://:p@h:1/2", "redis+sentinel://h1,h2/0?master=m", "unix:///x", "rediss+cluster://[::1]:1,h2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseURL(s)
		if err == nil && len(got.addrs) == 0 {
			t.Errorf("%q: accepted without an address", s)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%q: more than one line: %v", s, err)
		}
	})
}
