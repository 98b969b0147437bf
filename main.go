// Command gocua runs one machine of a digital-identity enrolment campaign.
// It hands the command line to node/cli and exits with what that returns.
package main

func main() {}
