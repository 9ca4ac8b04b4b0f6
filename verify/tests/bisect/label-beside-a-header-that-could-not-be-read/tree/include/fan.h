struct fan {
	int speed;
};

int blow(struct fan *fan);

#define FAN_MAX 3
