package app

import (
	"bytes"
	"encoding/json"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"allybot/internal/config"
)

func TestLogsAreJSONOutsideATerminal(t *testing.T) {
	var out bytes.Buffer
	log := NewLogger(&out, config.LogLevel(zapcore.WarnLevel))
	log.Info("not shown")
	log.Warn("shown", zap.Stringer("token", config.NewSecret("xoxb-canary")))
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if line["msg"] != "shown" || line["level"] != "warn" || line["token"] != "[secret]" || line["time"] == nil {
		t.Errorf("got %v", line)
	}
}
