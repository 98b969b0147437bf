package web

import (
	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
)

// planStep is one decision about a plan, as it is asked for once more before it is
// taken.
type planStep struct {
	do, head, button string
	calm             bool
	says             []string
}

func agreePlan(p civic.UnitPlan) planStep {
	says := []string{"Từ 0 giờ ngày " + dayShown(p.From) + " các máy tự thực hiện, từng phần; trong lúc đó vẫn làm việc như thường.", "Chưa đến ngày thì bỏ được. Làm rồi thì hoàn tác được cho đến khi có việc ghi đầu tiên dưới đơn vị mới."}
	if p.From <= today() {
		says = []string{"Các máy thực hiện ngay sau khi thống nhất, từng phần; trong lúc đó vẫn làm việc như thường.", "Hoàn tác được cho đến khi có việc ghi đầu tiên dưới đơn vị mới."}
	}
	return planStep{civic.PlanDoAgree, "Thống nhất phương án", "Thống nhất", true, says}
}

func dropPlan(civic.UnitPlan) planStep {
	return planStep{civic.PlanDoDrop, "Bỏ phương án", "Bỏ phương án", false,
		[]string{"Phương án vẫn còn trong danh sách, ghi là đã bỏ, và không ai làm theo nữa. Cần lại thì lập phương án mới."}}
}

func undoPlan(civic.UnitPlan) planStep {
	return planStep{civic.PlanDoUndo, "Hoàn tác sắp xếp", "Hoàn tác", false,
		[]string{"Các phường, xã đứng lại như trước, đủ tổ, thôn, cán bộ, chỉ tiêu.", "Giao ban những ngày theo đơn vị mới cũng trở về đơn vị cũ."}}
}

func (q *request) stepModel(stepOf func(civic.UnitPlan) planStep) (m ui.ConfirmModel, step planStep, p civic.UnitPlan, err error) {
	m.Shell = q.shell("")
	err = q.read(func(src lookup.Source) error {
		if p, err = q.planAsked(src); err != nil {
			return err
		}
		step = stepOf(p)
		m.Head, m.Do, m.Calm, m.Was = step.head, step.button, step.calm, p.Rev.String()
		m.Says = append([]string{planName(src, p) + "."}, step.says...)
		if step.do == civic.PlanDoAgree && overAll(src, p, q.unit()) {
			i := lookup.ImpactOf(src, p)
			m.Facts = []ui.Fact{{Name: "Số hộ", Value: count(int(i.Households))}, {Name: "Số người", Value: count(int(i.Residents))},
				{Name: "Cán bộ đổi quyền", Value: count(len(i.Officers) + len(i.Sees) + len(i.Loses))}}
		}
		return nil
	})
	m.Form = q.sentForm(q.Path(), planHref(p))
	m.Form.Record, m.Form.Draft = "", ""
	return m, step, p, err
}

func (s *site) askPlan(stepOf func(civic.UnitPlan) planStep) func(*request) error {
	return func(q *request) error {
		m, _, _, err := q.stepModel(stepOf)
		if err != nil {
			return err
		}
		return q.draw(ui.PageConfirm, m)
	}
}

// doPlan takes the decision, if nobody has changed the plan since it was shown.
func (s *site) doPlan(stepOf func(civic.UnitPlan) planStep) func(*request) error {
	return func(q *request) error {
		m, step, p, err := q.stepModel(stepOf)
		switch {
		case err != nil:
			return err
		case q.captured(m.Form):
			return q.savedBefore(m.Form, planHref(p))
		case q.FormValue("was") != m.Was:
			q.wrong(&m.Form, "", nil, "plan_beside", "somebody has changed the plan meanwhile; look again")
			return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageConfirm, m)
		}
		decided, refused, err := q.submit(m.Form, civic.KindUnitPlan, q.office(), civic.PlanUnits{ID: p.ID, Do: step.do, Was: p.Rev})
		switch {
		case err != nil:
			return err
		case refused != nil:
			q.refuse(&m.Form, refused, nil)
			return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageConfirm, m)
		}
		return q.saved(m.Form, decided, planHref(p))
	}
}
