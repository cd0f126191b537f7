package redisdb

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// Option changes what Open does.
type Option func(target)

// WithLogger hands what the client library says of its connections to log, at
// debug level; without it nobody hears it. The library has one logger for all
// clients of the process: the last one given holds.
func WithLogger(log *zap.Logger) Option {
	return func(t target) {
		redis.SetLogger(chatter{log: log.Named("redis"), hide: secretsOf(t)})
	}
}

func secretsOf(t target) *strings.Replacer {
	var pairs []string
	for _, s := range []string{t.password, t.sentinelPassword} {
		if s != "" {
			pairs = append(pairs, s, "***")
		}
	}
	return strings.NewReplacer(pairs...)
}

// By itself the library prints on standard error what it returns as errors as well.
func init() { redis.SetLogger(chatter{log: zap.NewNop(), hide: strings.NewReplacer()}) }

// chatter is the library's logger.
type chatter struct {
	log  *zap.Logger
	hide *strings.Replacer
}

func (c chatter) Printf(_ context.Context, format string, args ...any) {
	if entry := c.log.Check(zap.DebugLevel, "client"); entry != nil {
		entry.Write(zap.String("said", c.hide.Replace(fmt.Sprintf(format, args...))))
	}
}
