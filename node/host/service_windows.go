package host

import (
	"context"
	"errors"
	"fmt"

	"github.com/kardianos/service"
)

// windowsConfig is the service as Windows knows it.
func (s Service) windowsConfig() *service.Config {
	return &service.Config{Name: serviceName, DisplayName: serviceTitle, Executable: s.Exe, Arguments: s.args(),
		Option: service.KeyValue{
			"DelayedAutoStart":       true, // after the network is there
			"OnFailure":              "restart",
			"OnFailureDelayDuration": "5s",
			"OnFailureResetPeriod":   3600,
		}}
}

// Install has Windows run the machine from now on. It needs an administrator.
func (s Service) Install() error {
	svc, err := service.New(&program{}, s.windowsConfig())
	if err == nil {
		err = svc.Install()
	}
	if err == nil {
		err = svc.Start()
	}
	if err != nil {
		return fmt.Errorf("installing the service (run this as an administrator): %w", err)
	}
	return nil
}

// Uninstall stops the machine and forgets it; its directory stays.
func Uninstall() error {
	if !Installed() {
		return ErrNotInstalled
	}
	svc, err := service.New(&program{}, Service{}.windowsConfig())
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	_ = svc.Stop() // it may not be running
	if err := svc.Uninstall(); err != nil {
		return fmt.Errorf("removing the service (run this as an administrator): %w", err)
	}
	return nil
}

// Installed says whether the system starts a machine with the computer.
func Installed() bool {
	svc, err := service.New(&program{}, Service{}.windowsConfig())
	if err != nil {
		return false
	}
	_, err = svc.Status()
	return !errors.Is(err, service.ErrNotInstalled)
}

// OwnerOf is empty: services of Windows run as the system.
func OwnerOf(string) (string, error) { return "", nil }

// AsService says whether there is nobody who could see what is written to stderr,
// and no system that keeps it.
func AsService() bool { return !service.Interactive() }

// Serve runs f until ctx ends or Windows stops the service.
func Serve(ctx context.Context, f func(context.Context) error) error {
	if service.Interactive() {
		return f(ctx)
	}
	p := &program{ctx: ctx, run: f, ended: make(chan error, 1)}
	svc, err := service.New(p, Service{}.windowsConfig())
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	p.over = svc.Stop
	return svc.Run()
}

// program is f as Windows starts and stops it.
type program struct {
	ctx   context.Context
	run   func(context.Context) error
	stop  context.CancelFunc
	over  func() error
	ended chan error
}

// Start must return at once.
func (p *program) Start(service.Service) error {
	ctx, stop := context.WithCancel(p.ctx)
	p.stop = stop
	go func() {
		err := p.run(ctx)
		p.ended <- err
		if ctx.Err() == nil { // by itself: Windows is told, and starts it again if it failed
			fail(err)
			_ = p.over() // it ends one way or the other
		}
	}()
	return nil
}

// Stop returns once the machine has closed its register.
func (p *program) Stop(service.Service) error {
	p.stop()
	return <-p.ended
}
