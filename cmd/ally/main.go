// Command ally is the bot, its playground, and the tools of its operators and
// authors. `ally --help` lists them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // people's time zones, also where the system has none

	"github.com/alecthomas/kong"
)

// version is set by the linker: make build.
var version = "dev"

// What the program tells the shell.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks to stop; from then on a second one ends at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// cli is the command line. Each command is a struct in a file of its own.
type cli struct {
	Serve     serveCmd     `cmd:"" help:"Run the bot: Socket Mode to Slack, state in Redis."`
	Demo      demoCmd      `cmd:"" help:"The playground: the bot in a simulated Slack workspace, in your browser."`
	Find      findCmd      `cmd:"" help:"Print what /ally TEXT would pick."`
	Playbooks playbooksCmd `cmd:"" help:"Check, list and show the content."`
	Manifest  manifestCmd  `cmd:"" help:"Print the Slack app manifest."`
	Doctor    doctorCmd    `cmd:"" help:"Check tokens, scopes, Redis, clock and content; say what to fix."`

	Version kong.VersionFlag `help:"Print the version."`
}

// output is where a command writes.
type output struct{ stdout, stderr io.Writer }

// usageError is a command line that asks for something impossible.
type usageError struct{ error }

// quietFailure is a failure whose reasons were already printed.
type quietFailure struct{ error }

// exit carries an exit code out of kong, which calls exit for --help.
type exit int

// run is the whole program; it returns the exit code. Errors are one line on
// stderr that says what to do.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(exit)
			if !ok {
				panic(r)
			}
			code = int(e)
		}
	}()
	var c cli
	parser, err := kong.New(&c,
		kong.Name("ally"),
		kong.Description("A Slack bot that helps people speak up for each other. Try it first: ally demo"),
		kong.Vars{"version": version},
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(output{stdout, stderr}),
	)
	if err != nil {
		return fail(stderr, err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		return fail(stderr, usageError{fmt.Errorf("%w (see ally --help)", err)})
	}
	if err := command.Run(); err != nil {
		return fail(stderr, err)
	}
	return exitOK
}

// fail prints an error as one line and picks the exit code.
func fail(stderr io.Writer, err error) int {
	if printed := (quietFailure{}); errors.As(err, &printed) {
		return exitFailed
	}
	fmt.Fprintf(stderr, "ally: %s\n", strings.Join(strings.Fields(err.Error()), " "))
	if usage := (usageError{}); errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}
