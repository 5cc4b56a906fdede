/* SPDX-License-Identifier: Apache-2.0 */
#include "dial.h"

#include "io/clock.h"

#include <errno.h>
#include <stdio.h>

static void on_signal(int number)
{
	stopped = true;
}

static const char *help_for(int err)
{
	return err == -EPERM ? "; run it as root" : err == -ENODEV ? "; is there one?" : "";
}

static uint64_t sum(const uint64_t v[PHASES])
{
	uint64_t all = 0;

	for (int i = 0; i < PHASES; i++)
		all += v[i];
	return all;
}

static bool went_well(const struct counts *c)
{
	return !c->wrong && !c->ended && !sum(c->lost) && !sum(c->refused);
}

int main(int argc, char **argv)
{
	static struct dialler d;
	struct options o;
	struct wire *w = NULL;
	struct mac_addr own;
	int err = options_read(argc, argv, &o);

	if (err)
		return err == 1 ? 0 : err;
	err = wire_new(o.interface, &own, &w);
	if (err) {
		fprintf(stderr, "netmip4-pppoe-load: cannot use interface %s: %s%s\n", o.interface,
			strerror(-err), help_for(err));
		return 2;
	}
	if (o.one_mac)
		o.mac = own;
	if (dialler_new(&o, clock_now().ntp, &d) < 0) {
		fprintf(stderr, "netmip4-pppoe-load: out of memory; write fewer sessions\n");
		wire_free(w);
		return 2;
	}
	d.send = wire_send;
	d.ctx = w;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	err = run(&d, w);
	report_print(&d);
	if (err == -EIO)
		fprintf(stderr,
			"netmip4-pppoe-load: no host came up; is there an access "
			"concentrator on %s, do name and secret agree?\n",
			o.interface);
	else if (err)
		fprintf(stderr, "netmip4-pppoe-load: cannot receive: %s\n", strerror(-err));
	wire_free(w);
	err = err || !went_well(&d.counts) ? 1 : 0;
	dialler_done(&d);
	return err;
}
