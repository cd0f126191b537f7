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

// ally is the whole command line. Each command is in a file of its own.
func ally() command {
	return command{
		name: "ally",
		help: "A Slack bot that helps people speak up for each other. Try it first: ally demo",
		commands: []command{
			serveCommand(), demoCommand(), findCommand(), playbooksCommand(), manifestCommand(), doctorCommand(),
		},
	}
}

// run is the whole program; it returns the exit code. Errors are one line on
// stderr that says what to do.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 1 && args[0] == "--version" {
		fmt.Fprintln(stdout, version)
		return exitOK
	}
	printed := &checked{Writer: stdout}
	err := ally().run(ctx, args, output{printed, stderr})
	if err == nil {
		err = printed.err
	}
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(stderr, "ally: %s\n", strings.Join(strings.Fields(err.Error()), " "))
	if usage := (usageError{}); errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// output is where a command writes.
type output struct{ stdout, stderr io.Writer }

// checked remembers that writing failed, so that a full disk is not taken for
// success.
type checked struct {
	io.Writer
	err error
}

func (c *checked) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	if err != nil && c.err == nil {
		c.err = err
	}
	return n, err
}

// usageError is a command line that asks for something impossible.
type usageError struct{ error }
