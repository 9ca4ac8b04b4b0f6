#include <linux/clk.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/phy/phy.h>
#include <linux/phy.h>
#include <linux/phy-lane.h>
#include <linux/acpi.h>
#include <linux/regmap.h>

int pump;
