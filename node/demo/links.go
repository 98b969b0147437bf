package demo

import (
	"gocua/node"
	"gocua/node/peer"
	"gocua/store/command"
)

// provinceLine is the name of the switch between the cluster and the province.
const provinceLine = "province"

// SetLink cuts or heals one machine's links to its peers and to the province.
// It returns once in force: open connections are closed.
func (d *Demo) SetLink(unit string, up bool, mode string) error {
	m, ok := d.switched(unit)
	if !ok {
		return command.Errorf(command.NotFound, "unknown_link", "there is no machine for unit %s", unit)
	}
	how := peer.Drop
	switch mode {
	case "", "drop":
		mode = "drop"
	case "refuse":
		how = peer.Refuse
	default:
		return command.InvalidField("/mode", "bad_choice", "mode is drop or refuse")
	}
	m.mode = mode
	m.link.Set(peer.ToProvince, up, how)
	if unit != provinceLine {
		m.link.Set(peer.ToPeers, up, how)
	}
	return nil
}

func (d *Demo) switched(unit string) (*machine, bool) {
	if unit == provinceLine {
		return d.machines[0], true
	}
	for _, m := range d.machines[1:] {
		if m.place.Unit == unit {
			return m, true
		}
	}
	return nil, false
}

// Links lists the switches, the province's line first.
func (d *Demo) Links() []node.DemoLink {
	var all []node.DemoLink
	for i, m := range d.machines {
		l := node.DemoLink{Unit: m.place.Unit, Up: m.link.Up(peer.ToPeers) && m.link.Up(peer.ToProvince)}
		if i == 0 {
			l.Unit = provinceLine
		}
		if !l.Up {
			l.Mode = m.mode
		}
		all = append(all, l)
	}
	return all
}
