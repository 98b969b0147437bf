package civic

import "gocua/store/command"

// policy holds for every command: who may ask, and that nothing an officer was
// told is saved can be dropped.
type policy struct{}

// Admit checks the machine that signed, then the person who asked. It is asked
// at the edge for the preview and again by every node at commit, so that a
// grant withdrawn meanwhile counts.
func (policy) Admit(v command.View, s command.Spec, e command.Envelope) *command.Error {
	if e.Kind == KindFound {
		return nil // the founding command brings its own key; its Decide checks it
	}
	n, ok := Load[Node](v, TypeNode, command.Key(e.By.Node))
	switch {
	case !ok:
		return command.Errorf(command.Forbidden, "unknown_node", "machine %s does not belong to this cluster", e.By.Node)
	case n.Denied:
		return command.Errorf(command.Forbidden, "denied_node", "machine %s has been shut out", e.By.Node)
	case e.Origin.Node != e.By.Node || !e.SignedBy(n.Key):
		return command.Errorf(command.Forbidden, "bad_signature", "the command is not signed by the machine it names")
	case s.System:
		return machineOnly(e)
	}
	return admitPerson(v, s, e, n)
}

// admitPerson checks whoever asked, on a machine of the cluster.
func admitPerson(v command.View, s command.Spec, e command.Envelope, n Node) *command.Error {
	role, unit := roleMachine, n.Unit
	if !e.By.Officer.IsZero() {
		o, ok := Load[Officer](v, TypeOfficer, KeyOf(e.By.Officer))
		switch {
		case !ok:
			return command.Errorf(command.Forbidden, "unknown_officer", "there is no such officer")
		case o.Disabled:
			return command.Errorf(command.Forbidden, "actor_revoked", "the officer's grant was withdrawn")
		case !o.On(DayOf(v.Now())):
			return command.Errorf(command.Forbidden, "actor_expired", "the officer's grant does not hold on this day")
		case !Covers(v, n.Unit, o.Unit) && !Covers(v, o.Unit, n.Unit):
			return command.Errorf(command.Forbidden, "wrong_machine", "the officer does not work on machine %s", n.ID)
		}
		role, unit = o.Role, o.Unit
	}
	if !may(role, e.Kind) {
		return command.Errorf(command.Forbidden, "role", "a %s may not ask for %s", role, s.Name)
	}
	// Whoever holds a ward's machine can sign in anybody's name there: accounts,
	// units and machines it changes for that ward only, and it redraws no other.
	if !Covers(v, unit, e.Unit) || (role == RoleAdmin || e.Kind == KindUnitPlan) && !Covers(v, n.Unit, e.Unit) {
		return &command.Error{Class: command.Forbidden, Code: "outside_unit", Field: "", Message: "unit " + e.Unit + " is not yours"}
	}
	return nil
}

func machineOnly(e command.Envelope) *command.Error {
	if !e.By.Officer.IsZero() {
		return command.Errorf(command.Forbidden, "machine_only", "only a machine asks for this")
	}
	return nil
}

// Settle looks at the parents a command names and keeps whatever was not
// accepted.
func (policy) Settle(v command.View, s command.Spec, e command.Envelope, d command.Decision) command.Decision {
	if s.System {
		return d
	}
	d, parent := underParents(v, e, d)
	if d.Status == command.Accepted {
		if len(d.Changes) > 0 {
			d.Changes = append(d.Changes, workedUnder(v, e)...)
		}
		return d
	}
	r := reviewOf(v, s, e, d)
	r.Parent = parent
	d.Changes = append(d.Changes, put(TypeReview, KeyOf(e.ID), r))
	return d
}
