package doctor

import (
	"fmt"
	"net"
	"strings"
)

func doors(f Facts) (list []found) {
	const check = "ports"
	for _, d := range f.Doors {
		switch {
		case !d.Busy && f.Status != nil:
			list = append(list, found{check, OK, words{d.Addr + " (" + d.Name + ") có trả lời.", d.Addr + " (" + d.Name + ") answers."}, words{}})
		case !d.Busy:
			list = append(list, found{check, OK, words{d.Addr + " (" + d.Name + ") dùng được.", d.Addr + " (" + d.Name + ") can be had."}, words{}})
		case f.Status != nil:
			list = append(list, found{check, Fail, words{d.Addr + " (" + d.Name + ") không trả lời dù máy đang chạy.", d.Addr + " (" + d.Name + ") does not answer though the machine runs."},
				words{"Địa chỉ của máy tính có thể đã đổi. Khởi động lại máy với địa chỉ mới: gocua serve --" + d.Name, "The computer's address may have changed. Start the machine with the new one: gocua serve --" + d.Name}})
		default:
			list = append(list, found{check, Fail, words{d.Addr + " (" + d.Name + ") không dùng được: chương trình khác đang giữ, hoặc không phải địa chỉ của máy tính này.", d.Addr + " (" + d.Name + ") cannot be had: another program is there, or it is no address of this computer."},
				words{"Tắt chương trình kia, hoặc chọn địa chỉ khác: gocua serve --" + d.Name, "Stop that program, or choose another address: gocua serve --" + d.Name}})
		}
	}
	return list
}

func firewall(f Facts) []found {
	const check = "firewall"
	ports := outside(f.Doors)
	if len(ports) == 0 {
		return nil // nobody outside is to reach it
	}
	open := func(what words, command string) []found {
		return []found{{check, Warn, what, words{"Mở cửa cho máy khác: " + command, "Let the others in: " + command}}}
	}
	switch f.Firewall {
	case FirewallNone:
		return []found{{check, OK, words{"Không có tường lửa chặn trên máy này.", "No firewall stands in the way on this computer."}, words{}}}
	case FirewallOpen:
		return []found{{check, OK, words{"Tường lửa cho chương trình này qua.", "The firewall lets this program through."}, words{}}}
	case FirewallUFW:
		return open(words{"Tường lửa ufw đang bật.", "The firewall ufw is on."}, each("sudo ufw allow %s/tcp", ports))
	case FirewallD:
		return open(words{"Tường lửa firewalld đang bật.", "The firewall firewalld is on."}, each("sudo firewall-cmd --permanent --add-port=%s/tcp", ports)+" && sudo firewall-cmd --reload")
	case FirewallWindows:
		return open(words{"Tường lửa Windows chưa có luật cho gõ cửa.", "The firewall of Windows has no rule for gocua."},
			`netsh advfirewall firewall add rule name=gocua dir=in action=allow protocol=TCP localport=`+strings.Join(ports, ","))
	}
	return []found{{check, Warn, words{"Không biết tường lửa có chặn không.", "Whether a firewall stands in the way is unknown."},
		words{"Cổng " + strings.Join(ports, ", ") + " phải mở giữa các máy.", "Ports " + strings.Join(ports, ", ") + " must be open between the machines."}}}
}

// outside are the ports that other computers are to reach.
func outside(list []Door) (ports []string) {
	for _, d := range list {
		host, port, err := net.SplitHostPort(d.Addr)
		if ip := net.ParseIP(host); err == nil && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			ports = append(ports, port)
		}
	}
	return ports
}

func each(format string, ports []string) string {
	commands := make([]string, len(ports))
	for i, p := range ports {
		commands[i] = fmt.Sprintf(format, p)
	}
	return strings.Join(commands, " && ")
}
