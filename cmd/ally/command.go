package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// command is one word of the command line: either a group of further commands,
// or something to do. It stands on the standard library's flag package: the
// usual libraries look methods up by name, which keeps the linker from dropping
// unused code and makes the program half as large again.
type command struct {
	name string
	args string // "TEXT"; empty: it takes none
	help string // the first line is what the list of commands shows

	commands []command
	// prepare defines the flags and returns what to do with the arguments.
	prepare func(*flag.FlagSet) func(ctx context.Context, out output, args []string) error
}

// run does what the arguments say. Flags may stand before and after arguments;
// after "--" everything is an argument.
func (c command) run(ctx context.Context, args []string, out output) error {
	if c.prepare == nil {
		return c.choose(ctx, args, out)
	}
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	do := c.prepare(flags)
	var given []string
	for {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			return c.printHelp(out.stdout, flags)
		} else if err != nil {
			return c.misused(inWords(err))
		}
		rest := flags.Args()
		if len(rest) == 0 {
			break
		}
		if parsed := len(args) - len(rest); parsed > 0 && args[parsed-1] == "--" {
			given = append(given, rest...)
			break
		}
		given, args = append(given, rest[0]), rest[1:]
	}
	switch {
	case c.args == "" && len(given) > 0:
		return c.misused(fmt.Sprintf("it takes no arguments, but there is %q", given[0]))
	case c.args != "" && len(given) == 0:
		return c.misused(c.args + " is missing")
	}
	return do(ctx, out, given)
}

// choose hands over to the command that the first argument names.
func (c command) choose(ctx context.Context, args []string, out output) error {
	if len(args) == 0 {
		return c.misused("which command? " + c.names())
	}
	switch {
	case args[0] == "help" && len(args) > 1: // ally help find
		return c.choose(ctx, append(args[1:], "--help"), out)
	case args[0] == "help" || args[0] == "--help" || args[0] == "-h":
		return c.printHelp(out.stdout, nil)
	}
	for _, next := range c.commands {
		if next.name == args[0] {
			next.name = c.name + " " + next.name
			return next.run(ctx, args[1:], out)
		}
	}
	return c.misused(fmt.Sprintf("there is no %q: %s", args[0], c.names()))
}

func (c command) names() string {
	var names []string
	for _, next := range c.commands {
		names = append(names, next.name)
	}
	return strings.Join(names, ", ")
}

// misused is the one line about a wrong command line.
func (c command) misused(why string) error {
	return usageError{fmt.Errorf("%s (see %s --help)", why, c.name)}
}

// inWords says what package flag means.
func inWords(err error) string {
	words := err.Error()
	if name, unknown := strings.CutPrefix(words, "flag provided but not defined: -"); unknown {
		return "there is no flag --" + name + "; text that begins with a dash goes after --"
	}
	if name, empty := strings.CutPrefix(words, "flag needs an argument: -"); empty {
		return "--" + name + " needs a value"
	}
	return words
}

func (c command) printHelp(w io.Writer, flags *flag.FlagSet) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if c.prepare == nil {
		fmt.Fprintf(table, "Usage: %s COMMAND\n\n%s\n\n", c.name, c.help)
		for _, next := range c.commands {
			line, _, _ := strings.Cut(next.help, "\n")
			fmt.Fprintf(table, "  %s\t%s\n", next.name, line)
		}
		fmt.Fprintf(table, "\n%s COMMAND --help says more.\n", c.name)
		return table.Flush()
	}
	usage := c.name
	flags.VisitAll(func(*flag.Flag) { usage = c.name + " [flags]" })
	fmt.Fprintf(table, "Usage: %s\n\n%s\n\n", strings.TrimSpace(usage+" "+c.args), c.help)
	flags.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(table, "  --%s\t%s\n", strings.TrimSpace(f.Name+" "+value), usage)
	})
	fmt.Fprintf(table, "  --help\tthis\n")
	return table.Flush()
}
