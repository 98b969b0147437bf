// Command gocua runs one machine of a digital-identity enrolment campaign.
package main

import (
	"os"

	"gocua/node/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
