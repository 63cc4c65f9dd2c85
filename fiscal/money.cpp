#include "fiscal/money.hpp"
