package demo

import "gocua/store/command"

// Stop stops the machine of a unit cleanly, as whoever repairs its computer does;
// Resume starts it again, at the same addresses.
func (d *Demo) Stop(unit string) error {
	m, err := d.of(unit)
	if err != nil {
		return err
	}
	m.stop()
	<-m.done
	return m.node.Close()
}

// Resume starts a machine that was stopped.
func (d *Demo) Resume(unit string) error {
	m, err := d.of(unit)
	if err != nil {
		return err
	}
	return d.start(m)
}

func (d *Demo) of(unit string) (*machine, error) {
	m, ok := d.switched(unit)
	if !ok {
		return nil, command.Errorf(command.NotFound, "unknown_link", "there is no machine for unit %s", unit)
	}
	return m, nil
}
