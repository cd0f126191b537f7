package slackbot

import (
	"context"

	"allybot/internal/slackbot/socket"
)

// Take handles one envelope as a worker of a lane does.
func (g *Gateway) Take(ctx context.Context, e socket.Envelope) { g.handle(ctx, e) }
