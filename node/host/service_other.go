//go:build !linux && !windows

package host

import (
	"context"
	"errors"
)

var errNoService = errors.New("this program installs itself as a service on Linux (systemd) and Windows only")

// Install is for Linux and Windows.
func (s Service) Install() error { return errNoService }

// Uninstall is for Linux and Windows.
func Uninstall() error { return errNoService }

// Installed is unknown here.
func Installed() bool { return false }

// OwnerOf is not needed here.
func OwnerOf(string) (string, error) { return "", nil }

// Serve runs f until ctx ends.
func Serve(ctx context.Context, f func(context.Context) error) error { return f(ctx) }

// AsService is for Windows.
func AsService() bool { return false }
